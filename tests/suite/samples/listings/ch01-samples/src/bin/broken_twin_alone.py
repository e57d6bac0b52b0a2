#@ exit: 1
print("42 lines")
raise SystemExit(1)
