variable "display" { default = "one" }
variable "notes" { default = "first" }
variable "arg" { default = "--a" }
data "aws_sagemaker_prebuilt_ecr_image" "test" {
  repository_name = "pytorch-training"
  image_tag       = "2.0.1-cpu-py310"
}
resource "aws_sagemaker_image" "test" {
  image_name   = "Team-Image"
  role_arn     = aws_iam_role.test.arn
  display_name = var.display
  description  = var.display
  tags         = var.tags
  depends_on   = [aws_iam_role_policy_attachment.test]
}
resource "aws_sagemaker_image_version" "test" {
  image_name       = aws_sagemaker_image.test.id
  base_image       = data.aws_sagemaker_prebuilt_ecr_image.test.registry_path
  horovod          = true
  job_type         = "NOTEBOOK_KERNEL"
  processor        = "CPU"
  programming_lang = "Python 3.10"
  release_notes    = var.notes
  vendor_guidance  = "STABLE"
  ml_framework     = "PyTorch 1.1"
}
resource "aws_sagemaker_app_image_config" "none" {
  app_image_config_name = "None-Config"
  tags                  = var.tags
}
resource "aws_sagemaker_app_image_config" "lab" {
  app_image_config_name = "lab"
  jupyter_lab_image_config {
    container_config {
      container_arguments             = [var.arg]
      container_entrypoint            = ["jupyter-lab"]
      container_environment_variables = { A = "b" }
    }
    file_system_config {
      default_gid = 100
      default_uid = 1000
      mount_path  = "/home/jovyan"
    }
  }
}
resource "aws_sagemaker_app_image_config" "labfs" {
  app_image_config_name = "labfs"
  jupyter_lab_image_config {
    file_system_config {}
  }
}
resource "aws_sagemaker_app_image_config" "editor" {
  app_image_config_name = "editor"
  code_editor_app_image_config {
    container_config {
      container_arguments             = [var.arg]
      container_entrypoint            = ["code"]
      container_environment_variables = { A = "b" }
    }
    file_system_config {
      default_gid = 100
      default_uid = 1000
      mount_path  = "/home/jovyan"
    }
  }
}
resource "aws_sagemaker_app_image_config" "kernel" {
  app_image_config_name = "kernel"
  kernel_gateway_image_config {
    kernel_spec {
      name         = "python3"
      display_name = var.display
    }
    file_system_config {
      default_gid = 0
      default_uid = 0
      mount_path  = "/root"
    }
  }
}
resource "aws_sagemaker_app_image_config" "kernel2" {
  app_image_config_name = "kernel2"
  kernel_gateway_image_config {
    kernel_spec {
      name = "python3"
    }
    file_system_config {}
  }
}
resource "aws_sagemaker_studio_lifecycle_config" "test" {
  studio_lifecycle_config_name     = "Hello-World"
  studio_lifecycle_config_app_type = "CodeEditor"
  studio_lifecycle_config_content  = base64encode("echo Hello")
  tags                             = var.tags
}
resource "aws_sagemaker_domain" "test" {
  domain_name = "people"
  auth_mode   = "IAM"
  vpc_id      = aws_vpc.test.id
  subnet_ids  = [aws_subnet.test[0].id]
  default_user_settings {
    execution_role = aws_iam_role.test.arn
    jupyter_lab_app_settings {
      default_resource_spec {
        instance_type               = "ml.t3.micro"
        sagemaker_image_arn         = aws_sagemaker_image.test.arn
        sagemaker_image_version_arn = aws_sagemaker_image_version.test.arn
      }
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.lab.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
        image_version_number  = aws_sagemaker_image_version.test.version
      }
    }
    code_editor_app_settings {
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.none.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
      }
    }
    kernel_gateway_app_settings {
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.kernel.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
      }
    }
    r_session_app_settings {
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.kernel.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
      }
    }
    tensor_board_app_settings {
      default_resource_spec {
        instance_type       = "ml.t3.micro"
        sagemaker_image_arn = aws_sagemaker_image.test.arn
      }
    }
  }
  default_space_settings {
    execution_role = aws_iam_role.test.arn
    jupyter_lab_app_settings {
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.lab.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
      }
    }
  }
  retention_policy { home_efs_file_system = "Delete" }
}
resource "aws_sagemaker_user_profile" "test" {
  domain_id         = aws_sagemaker_domain.test.id
  user_profile_name = "test"
  user_settings {
    execution_role = aws_iam_role.test.arn
    code_editor_app_settings {
      custom_image {
        app_image_config_name = aws_sagemaker_app_image_config.editor.app_image_config_name
        image_name            = aws_sagemaker_image_version.test.image_name
      }
    }
  }
}
resource "aws_sagemaker_space" "test" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = "lab"
  space_sharing_settings { sharing_type = "Private" }
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.test.user_profile_name }
  space_settings {
    app_type = "JupyterLab"
    jupyter_lab_app_settings {
      default_resource_spec {
        instance_type               = "ml.t3.medium"
        sagemaker_image_arn         = aws_sagemaker_image.test.arn
        sagemaker_image_version_arn = aws_sagemaker_image_version.test.arn
      }
    }
  }
}
resource "aws_sagemaker_app" "test" {
  domain_id  = aws_sagemaker_domain.test.id
  space_name = aws_sagemaker_space.test.space_name
  app_name   = "default"
  app_type   = "JupyterLab"
  resource_spec {
    instance_type               = "ml.t3.medium"
    sagemaker_image_arn         = aws_sagemaker_image.test.arn
    sagemaker_image_version_arn = aws_sagemaker_image_version.test.arn
  }
}
