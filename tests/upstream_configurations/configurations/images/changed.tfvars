arg     = "--b"
display = "two"
notes   = "second"
tags    = { key2 = "value2" }
