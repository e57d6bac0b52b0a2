#@ differs: so it says
print("42 lines")
