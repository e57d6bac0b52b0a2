#@ differs: Python has no move
#@ loses: 2
print('1 name left')
