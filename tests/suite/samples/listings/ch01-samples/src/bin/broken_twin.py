print("41 lines")
