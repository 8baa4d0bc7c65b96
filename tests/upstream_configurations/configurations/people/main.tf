variable "instance" { default = "ml.t3.medium" }
variable "display" { default = "one" }
variable "idle" { default = 75 }
variable "uid" { default = 10000 }
variable "groups" { default = 1 }
resource "aws_sagemaker_studio_lifecycle_config" "test" {
  for_each                         = toset(["JupyterServer", "KernelGateway", "CodeEditor", "JupyterLab"])
  studio_lifecycle_config_name     = "on-${each.key}"
  studio_lifecycle_config_app_type = each.key
  studio_lifecycle_config_content  = base64encode("echo Hello")
}
resource "aws_sagemaker_domain" "test" {
  domain_name             = "people"
  auth_mode               = "IAM"
  vpc_id                  = aws_vpc.test.id
  subnet_ids              = aws_subnet.test[*].id
  app_network_access_type = "VpcOnly"
  default_user_settings {
    execution_role  = aws_iam_role.test.arn
    security_groups = [aws_security_group.team[0].id]
    custom_file_system_config {
      efs_file_system_config {
        file_system_id   = aws_efs_mount_target.test.file_system_id
        file_system_path = "/"
      }
    }
  }
  default_space_settings { execution_role = aws_iam_role.test.arn }
  retention_policy { home_efs_file_system = "Delete" }
}
resource "aws_sagemaker_user_profile" "plain" {
  domain_id         = aws_sagemaker_domain.test.id
  user_profile_name = "Plain-User"
  tags              = var.tags
}
resource "aws_sagemaker_user_profile" "full" {
  domain_id         = aws_sagemaker_domain.test.id
  user_profile_name = "full"
  tags              = var.tags
  user_settings {
    execution_role      = aws_iam_role.test.arn
    security_groups     = slice(aws_security_group.team[*].id, 0, var.groups)
    default_landing_uri = "studio::"
    studio_web_portal   = "ENABLED"
    auto_mount_home_efs = "DefaultAsDomain"
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
      notebook_output_option = "Disabled"
    }
    canvas_app_settings {
      time_series_forecasting_settings { status = "DISABLED" }
      model_register_settings { status = "DISABLED" }
      direct_deploy_settings { status = "DISABLED" }
      kendra_settings { status = "DISABLED" }
      generative_ai_settings { amazon_bedrock_role_arn = aws_iam_role.test.arn }
      emr_serverless_settings { status = "DISABLED" }
    }
    tensor_board_app_settings {
      default_resource_spec { instance_type = var.instance }
    }
    jupyter_server_app_settings {
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.test["JupyterServer"].arn]
      default_resource_spec { instance_type = "system" }
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
    }
    kernel_gateway_app_settings {
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.test["KernelGateway"].arn]
      default_resource_spec { instance_type = var.instance }
    }
    jupyter_lab_app_settings {
      lifecycle_config_arns         = [aws_sagemaker_studio_lifecycle_config.test["JupyterLab"].arn]
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.test["JupyterLab"].arn
      default_resource_spec {
        instance_type        = var.instance
        lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.test["JupyterLab"].arn
      }
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = 200
          min_idle_timeout_in_minutes = 60
        }
      }
      emr_settings {
        assumable_role_arns = [aws_iam_role.test.arn]
        execution_role_arns = [aws_iam_role.test.arn]
      }
    }
    code_editor_app_settings {
      lifecycle_config_arns         = [aws_sagemaker_studio_lifecycle_config.test["CodeEditor"].arn]
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.test["CodeEditor"].arn
      default_resource_spec { instance_type = var.instance }
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = 200
          min_idle_timeout_in_minutes = 60
        }
      }
    }
    space_storage_settings {
      default_ebs_storage_settings {
        default_ebs_volume_size_in_gb = 10
        maximum_ebs_volume_size_in_gb = 100
      }
    }
    studio_web_portal_settings {
      hidden_app_types      = ["JupyterServer", "KernelGateway"]
      hidden_instance_types = ["ml.m5.8xlarge"]
      hidden_ml_tools       = ["DataWrangler", "FeatureStore"]
    }
  }
}
resource "aws_sagemaker_space" "shared" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "Shared-Space"
  tags       = var.tags
}
resource "aws_sagemaker_space" "server" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "server"
  space_settings {
    jupyter_server_app_settings {
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.test["JupyterServer"].arn]
      default_resource_spec { instance_type = "system" }
    }
    kernel_gateway_app_settings {
      default_resource_spec {
        instance_type        = var.instance
        lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.test["JupyterServer"].arn
      }
      lifecycle_config_arns = [aws_sagemaker_studio_lifecycle_config.test["JupyterServer"].arn]
    }
  }
}
resource "aws_sagemaker_space" "sharedlab" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "sharedlab"
  space_sharing_settings { sharing_type = "Shared" }
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.plain.user_profile_name }
  space_settings {
    app_type = "JupyterLab"
  }
}
# Of a space with an app_type only the display name and the tags can be changed: the provider sends
# the type with every other change, and AWS refuses it (hashicorp/terraform-provider-aws#38370).
resource "aws_sagemaker_space" "lab" {
  domain_id          = aws_sagemaker_domain.test.id
  space_name         = "lab"
  space_display_name = var.display
  tags               = var.tags
  space_sharing_settings { sharing_type = "Private" }
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.full.user_profile_name }
  space_settings {
    app_type = "JupyterLab"
    jupyter_lab_app_settings {
      code_repository { repository_url = "https://github.com/hashicorp/terraform-provider-aws.git" }
      default_resource_spec {
        instance_type        = "ml.t3.medium"
        lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.test["JupyterLab"].arn
      }
      app_lifecycle_management {
        idle_settings { idle_timeout_in_minutes = 75 }
      }
    }
    space_storage_settings {
      ebs_storage_settings { ebs_volume_size_in_gb = 10 }
    }
    custom_file_system {
      efs_file_system { file_system_id = aws_efs_mount_target.test.file_system_id }
    }
  }
}
resource "aws_sagemaker_space" "editor" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "editor"
  space_sharing_settings { sharing_type = "Private" }
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.plain.user_profile_name }
  space_settings {
    app_type = "CodeEditor"
    code_editor_app_settings {
      default_resource_spec { instance_type = "ml.t3.medium" }
      app_lifecycle_management {
        idle_settings { idle_timeout_in_minutes = 75 }
      }
    }
  }
}
resource "aws_sagemaker_space" "untyped" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "untyped"
  space_sharing_settings { sharing_type = "Private" }
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.plain.user_profile_name }
  space_settings {
    code_editor_app_settings {
      default_resource_spec { instance_type = var.instance }
      app_lifecycle_management {
        idle_settings { idle_timeout_in_minutes = var.idle }
      }
    }
  }
}
resource "aws_sagemaker_app" "lab" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = aws_sagemaker_space.lab.space_name
  app_name   = "default"
  app_type   = "JupyterLab"
  tags       = var.tags
  resource_spec {
    instance_type                 = "ml.t3.medium"
    sagemaker_image_arn           = "arn:aws:sagemaker:us-east-1:885854791233:image/sagemaker-distribution-cpu"
    sagemaker_image_version_alias = "3.2.0"
    lifecycle_config_arn          = aws_sagemaker_studio_lifecycle_config.test["JupyterLab"].arn
  }
}
resource "aws_sagemaker_app" "editor" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = aws_sagemaker_space.editor.space_name
  app_name   = "default"
  app_type   = "CodeEditor"
  resource_spec {
    instance_type                 = "ml.t3.medium"
    sagemaker_image_arn           = "arn:aws:sagemaker:us-east-1:885854791233:image/sagemaker-distribution-cpu"
    sagemaker_image_version_alias = "3.2.0"
  }
}
