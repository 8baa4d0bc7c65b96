display  = "two"
groups   = 2
idle     = 90
instance = "ml.t3.large"
tags     = { key2 = "value2" }
uid      = 20000
