groups    = 2
hidden    = ["JupyterServer"]
identity  = "USER_PROFILE_NAME"
instance  = "ml.t3.small"
propagate = "ENABLED"
size      = 150
tags      = { key2 = "value2" }
uid       = 20000
