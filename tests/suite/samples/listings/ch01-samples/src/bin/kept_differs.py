#@ differs: Python does it another way
#@ exit: 2
print("another way")
raise SystemExit(2)
