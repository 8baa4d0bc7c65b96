days = 60
