print("42 lines")
