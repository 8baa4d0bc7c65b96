resource "aws_iam_role" "ec2" {
  name               = "ec2"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_vpc" "other" { cidr_block = "10.7.0.0/16" }
resource "aws_subnet" "other" {
  vpc_id     = aws_vpc.other.id
  cidr_block = "10.7.0.0/24"
}
resource "aws_security_group" "other" {
  vpc_id = aws_vpc.other.id
  name   = "other"
}
locals {
  good = { vpc = aws_vpc.test.id, subnets = aws_subnet.test[*].id, role = aws_iam_role.test.arn, groups = [], image = [], lcc = [], kms = null, access = "VpcOnly" }
  bad = {
    nosubnet  = merge(local.good, { subnets = ["subnet-12345678"] })
    elsewhere = merge(local.good, { subnets = [aws_subnet.other.id] })
    novpc     = merge(local.good, { vpc = "vpc-12345678" })
    norole    = merge(local.good, { role = "arn:aws:iam::123456789012:role/absent" })
    ec2role   = merge(local.good, { role = aws_iam_role.ec2.arn })
    group     = merge(local.good, { groups = [aws_security_group.other.id] })
    image     = merge(local.good, { image = ["absent"] })
    lcc       = merge(local.good, { lcc = ["arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/absent"] })
    kms       = merge(local.good, { kms = "12345678-1234-1234-1234-123456789012" })
  }
}
resource "aws_sagemaker_domain" "bad" {
  for_each                = local.bad
  domain_name             = "bad-${each.key}"
  auth_mode               = "IAM"
  vpc_id                  = each.value.vpc
  subnet_ids              = each.value.subnets
  kms_key_id              = each.value.kms
  app_network_access_type = each.value.access
  default_user_settings {
    execution_role  = each.value.role
    security_groups = each.value.groups
    jupyter_lab_app_settings {
      lifecycle_config_arns = each.value.lcc
      dynamic "custom_image" {
        for_each = each.value.image
        content {
          image_name            = custom_image.value
          app_image_config_name = "absent"
        }
      }
    }
  }
}
resource "aws_sagemaker_domain" "good" {
  domain_name = "good"
  auth_mode   = "IAM"
  vpc_id      = aws_vpc.test.id
  subnet_ids  = aws_subnet.test[*].id
  default_user_settings { execution_role = aws_iam_role.test.arn }
  retention_policy { home_efs_file_system = "Delete" }
}
resource "aws_sagemaker_user_profile" "good" {
  domain_id         = aws_sagemaker_domain.good.id
  user_profile_name = "good"
}
resource "aws_sagemaker_user_profile" "sso" {
  domain_id                      = aws_sagemaker_domain.good.id
  user_profile_name              = "sso"
  single_sign_on_user_identifier = "UserName"
  single_sign_on_user_value      = "alice"
}
resource "aws_sagemaker_user_profile" "nodomain" {
  domain_id         = "d-absentabsent"
  user_profile_name = "nodomain"
}
resource "aws_sagemaker_space" "noowner" {
  domain_id  = aws_sagemaker_domain.good.id
  space_name = "noowner"
  ownership_settings { owner_user_profile_name = "absent" }
  space_sharing_settings { sharing_type = "Private" }
}
resource "aws_sagemaker_space" "shared" {
  domain_id  = aws_sagemaker_domain.good.id
  space_name = "shared"
}
resource "aws_sagemaker_app" "classic" {
  domain_id         = aws_sagemaker_domain.good.id
  user_profile_name = aws_sagemaker_user_profile.good.user_profile_name
  app_type          = "JupyterServer"
  app_name          = "default"
}
resource "aws_sagemaker_app_image_config" "uid" {
  app_image_config_name = "uid"
  kernel_gateway_image_config {
    kernel_spec { name = "python3" }
    file_system_config {
      default_uid = 0
      default_gid = 100
    }
  }
}
resource "aws_sagemaker_image_version" "noimage" {
  image_name = "absent"
  base_image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/absent:latest"
}
resource "aws_sagemaker_studio_lifecycle_config" "content" {
  studio_lifecycle_config_name     = "content"
  studio_lifecycle_config_app_type = "JupyterLab"
  studio_lifecycle_config_content  = "echo not base64!"
}
