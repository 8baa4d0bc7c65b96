variable "days" { default = 30 }
resource "aws_security_group" "test" {
  vpc_id = aws_vpc.test.id
  name   = "studio"
  ingress {
    from_port = 0
    to_port   = 65535
    protocol  = "tcp"
    self      = true
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
locals {
  prefix   = "com.amazonaws.${data.aws_region.current.name}"
  services = ["sagemaker.api", "sagemaker.runtime", "sagemaker.featurestore-runtime", "servicecatalog", "sts", "logs", "monitoring", "ecr.api", "ecr.dkr", "kms", "ssm", "ec2", "codecommit", "git-codecommit", "elasticfilesystem", "athena", "glue", "secretsmanager"]
}
data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}
data "aws_vpc_endpoint_service" "studio" {
  service_name = "aws.sagemaker.${data.aws_region.current.name}.studio"
}
data "aws_vpc_endpoint_service" "each" {
  for_each = toset(["sagemaker.api", "sts", "logs", "ecr.dkr"])
  service  = each.key
}
data "aws_prefix_list" "s3" { name = "${local.prefix}.s3" }
data "aws_ec2_managed_prefix_list" "s3" { name = "${local.prefix}.s3" }
resource "aws_vpc_endpoint" "test" {
  for_each            = toset(concat([for service in local.services : "${local.prefix}.${service}"], [data.aws_vpc_endpoint_service.studio.service_name]))
  vpc_id              = aws_vpc.test.id
  service_name        = each.key
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.test[*].id
  security_group_ids  = [aws_security_group.test.id]
  private_dns_enabled = true
  ip_address_type     = "ipv4"
  dns_options { dns_record_ip_type = "ipv4" }
}
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.test.id
}
resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.test[count.index].id
  route_table_id = aws_route_table.private.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.test.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_route_table.private.id]
}
resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.test.id
  availability_zone       = data.aws_availability_zones.available.names[0]
  cidr_block              = "10.0.100.0/24"
  map_public_ip_on_launch = true
}
resource "aws_internet_gateway" "test" { vpc_id = aws_vpc.test.id }
resource "aws_eip" "nat" { domain = "vpc" }
resource "aws_nat_gateway" "test" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id
  depends_on    = [aws_internet_gateway.test]
}
resource "aws_route" "nat" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.test.id
}
resource "aws_kms_key" "efs" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
resource "aws_kms_alias" "efs" {
  name          = "alias/studio"
  target_key_id = aws_kms_key.efs.key_id
}
resource "aws_s3_bucket" "data" {
  bucket_prefix = "studio-"
  force_destroy = true
}
resource "aws_s3_bucket_public_access_block" "data" {
  bucket                  = aws_s3_bucket.data.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.efs.arn
      sse_algorithm     = "aws:kms"
    }
  }
}
resource "aws_s3_bucket_versioning" "data" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_cloudwatch_log_group" "studio" {
  name              = "/aws/sagemaker/studio"
  retention_in_days = var.days
}
resource "aws_sagemaker_domain" "test" {
  domain_name             = "sso"
  auth_mode               = "SSO"
  vpc_id                  = aws_vpc.test.id
  subnet_ids              = aws_subnet.test[*].id
  app_network_access_type = "VpcOnly"
  kms_key_id              = aws_kms_key.efs.arn
  default_user_settings {
    execution_role  = aws_iam_role.test.arn
    security_groups = [aws_security_group.test.id]
  }
  domain_settings {
    security_group_ids = [aws_security_group.test.id]
    docker_settings {
      enable_docker_access      = "ENABLED"
      vpc_only_trusted_accounts = [data.aws_caller_identity.current.account_id]
    }
  }
  retention_policy { home_efs_file_system = "Delete" }
}
resource "aws_sagemaker_user_profile" "alice" {
  domain_id                      = aws_sagemaker_domain.test.id
  user_profile_name              = "alice"
  single_sign_on_user_identifier = "UserName"
  single_sign_on_user_value      = "alice@example.com"
}
data "aws_efs_file_system" "home" { file_system_id = aws_sagemaker_domain.test.home_efs_file_system_id }
data "aws_security_groups" "nfs" {
  filter {
    name   = "group-name"
    values = ["security-group-for-inbound-nfs-${aws_sagemaker_domain.test.id}"]
  }
}
resource "aws_default_security_group" "test" { vpc_id = aws_vpc.test.id }
resource "aws_default_route_table" "test" {
  default_route_table_id = aws_vpc.test.default_route_table_id
  route                  = []
}
resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.test.id
  subnet_ids = [aws_subnet.public.id]
}
resource "aws_network_acl_rule" "public" {
  network_acl_id = aws_network_acl.public.id
  rule_number    = 100
  protocol       = "-1"
  rule_action    = "allow"
  cidr_block     = "10.0.0.0/16"
}
resource "aws_security_group" "rules" {
  name_prefix = "rules-"
  vpc_id      = aws_vpc.test.id
  lifecycle { create_before_destroy = true }
}
resource "aws_vpc_security_group_ingress_rule" "self" {
  security_group_id            = aws_security_group.rules.id
  referenced_security_group_id = aws_security_group.rules.id
  ip_protocol                  = "tcp"
  from_port                    = 8192
  to_port                      = 65535
  description                  = "apps"
}
resource "aws_vpc_security_group_egress_rule" "nfs" {
  security_group_id            = aws_security_group.rules.id
  referenced_security_group_id = aws_security_group.rules.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
resource "aws_security_group_rule" "s3" {
  type              = "egress"
  security_group_id = aws_security_group.rules.id
  prefix_list_ids   = [aws_vpc_endpoint.s3.prefix_list_id]
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
}
resource "aws_vpc_endpoint_policy" "api" {
  vpc_endpoint_id = aws_vpc_endpoint.test["${local.prefix}.sagemaker.api"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "sagemaker:*", Resource = "*" }]
  })
}
resource "aws_vpc_endpoint" "associated" {
  vpc_id            = aws_vpc.test.id
  service_name      = "${local.prefix}.bedrock"
  vpc_endpoint_type = "Interface"
}
resource "aws_vpc_endpoint_security_group_association" "associated" {
  vpc_endpoint_id             = aws_vpc_endpoint.associated.id
  security_group_id           = aws_security_group.rules.id
  replace_default_association = true
}
resource "aws_flow_log" "test" {
  vpc_id          = aws_vpc.test.id
  traffic_type    = "REJECT"
  iam_role_arn    = aws_iam_role.test.arn
  log_destination = aws_cloudwatch_log_group.studio.arn
}
resource "aws_ecr_repository" "test" {
  name                 = "studio/slim"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.efs.arn
  }
  image_scanning_configuration { scan_on_push = true }
}
resource "aws_ecr_lifecycle_policy" "test" {
  repository = aws_ecr_repository.test.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "keep 30"
      action       = { type = "expire" }
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
    }]
  })
}
resource "aws_ecr_repository_policy" "test" {
  repository = aws_ecr_repository.test.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "sm"
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
