variable "identity" { default = "DISABLED" }
variable "instance" { default = "ml.t3.micro" }
variable "propagate" { default = "DISABLED" }
variable "groups" { default = 1 }
variable "uid" { default = 10000 }
variable "size" { default = 100 }
variable "hidden" {
  type    = list(string)
  default = ["JupyterServer", "KernelGateway"]
}
resource "aws_kms_key" "test" {
  deletion_window_in_days = 7
}
resource "aws_s3_bucket" "test" {
  bucket        = "team-bucket"
  force_destroy = true
}
resource "aws_sagemaker_studio_lifecycle_config" "server" {
  studio_lifecycle_config_name     = "server"
  studio_lifecycle_config_app_type = "JupyterServer"
  studio_lifecycle_config_content  = base64encode("echo Hello")
  tags                             = var.tags
}
resource "aws_secretsmanager_secret" "test" { name = "team" }
resource "aws_secretsmanager_secret_version" "test" {
  secret_id     = aws_secretsmanager_secret.test.id
  secret_string = jsonencode({ username = "example", password = "example" })
}
resource "aws_sagemaker_domain" "test" {
  domain_name             = "Team-Domain"
  auth_mode               = "IAM"
  vpc_id                  = aws_vpc.test.id
  subnet_ids              = aws_subnet.test[*].id
  kms_key_id              = aws_kms_key.test.key_id
  app_network_access_type = "PublicInternetOnly"
  tag_propagation         = var.propagate
  tags                    = var.tags

  default_user_settings {
    execution_role      = aws_iam_role.test.arn
    security_groups     = slice(aws_security_group.team[*].id, 0, var.groups)
    default_landing_uri = "studio::"
    studio_web_portal   = "ENABLED"
    auto_mount_home_efs = "Enabled"
    custom_posix_user_config {
      gid = 1001
      uid = var.uid
    }
    custom_file_system_config {
      efs_file_system_config {
        file_system_id   = aws_efs_mount_target.test.file_system_id
        file_system_path = "/"
      }
    }
    sharing_settings {
      notebook_output_option = "Allowed"
      s3_kms_key_id          = aws_kms_key.test.key_id
      s3_output_path         = "s3://${aws_s3_bucket.test.bucket}/sharing"
    }
    canvas_app_settings {
      time_series_forecasting_settings {
        status                   = "ENABLED"
        amazon_forecast_role_arn = aws_iam_role.test.arn
      }
      model_register_settings {
        status = "DISABLED"
      }
      direct_deploy_settings { status = "DISABLED" }
      kendra_settings { status = "DISABLED" }
      generative_ai_settings { amazon_bedrock_role_arn = aws_iam_role.test.arn }
      emr_serverless_settings {
        execution_role_arn = aws_iam_role.test.arn
        status             = "ENABLED"
      }
      identity_provider_oauth_settings {
        secret_arn       = aws_secretsmanager_secret.test.arn
        data_source_name = "SalesforceGenie"
        status           = "DISABLED"
      }
      workspace_settings {
        s3_artifact_path = "s3://${aws_s3_bucket.test.bucket}/path"
        s3_kms_key_id    = aws_kms_key.test.arn
      }
    }
    tensor_board_app_settings {
      default_resource_spec { instance_type = var.instance }
    }
    jupyter_server_app_settings {
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.server.arn]
      default_resource_spec {
        instance_type        = "system"
        lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.server.arn
      }
    }
    kernel_gateway_app_settings {
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.server.arn]
      default_resource_spec {
        instance_type        = var.instance
        lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.server.arn
      }
    }
    r_session_app_settings {
      default_resource_spec { instance_type = "ml.t3.micro" }
    }
    r_studio_server_pro_app_settings {
      access_status = "DISABLED"
    }
    jupyter_lab_app_settings {
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.server.arn
      lifecycle_config_arns         = [aws_sagemaker_studio_lifecycle_config.server.arn]
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
      default_resource_spec { instance_type = var.instance }
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = 75
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = 90
          min_idle_timeout_in_minutes = 60
        }
      }
      emr_settings {
        assumable_role_arns = [aws_iam_role.test.arn]
        execution_role_arns = [aws_iam_role.test.arn]
      }
    }
    code_editor_app_settings {
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.server.arn
      default_resource_spec { instance_type = var.instance }
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = 60
          lifecycle_management        = "ENABLED"
          min_idle_timeout_in_minutes = 60
          max_idle_timeout_in_minutes = 120
        }
      }
    }
    space_storage_settings {
      default_ebs_storage_settings {
        default_ebs_volume_size_in_gb = 10
        maximum_ebs_volume_size_in_gb = var.size
      }
    }
    studio_web_portal_settings {
      hidden_app_types      = var.hidden
      hidden_instance_types = ["ml.m5.8xlarge"]
      hidden_ml_tools       = ["DataWrangler", "FeatureStore"]
    }
  }
  default_space_settings {
    execution_role  = aws_iam_role.test.arn
    security_groups = [aws_security_group.team[0].id]
    custom_posix_user_config {
      gid = 1002
      uid = 20000
    }
    custom_file_system_config {
      efs_file_system_config {
        file_system_id   = aws_efs_mount_target.test.file_system_id
        file_system_path = "/"
      }
    }
    jupyter_lab_app_settings {
      default_resource_spec { instance_type = var.instance }
    }
    jupyter_server_app_settings {
      default_resource_spec { instance_type = "system" }
    }
    kernel_gateway_app_settings {
      default_resource_spec { instance_type = var.instance }
    }
    space_storage_settings {
      default_ebs_storage_settings {
        default_ebs_volume_size_in_gb = 10
        maximum_ebs_volume_size_in_gb = 200
      }
    }
  }
  domain_settings {
    execution_role_identity_config = var.identity
    security_group_ids             = []
    docker_settings {
      enable_docker_access = "ENABLED"
    }
  }
  retention_policy { home_efs_file_system = "Delete" }
  depends_on = [aws_secretsmanager_secret_version.test]
}
