import threading

lock = threading.Lock()
lock.acquire()
print("locked once", flush=True)
lock.acquire()
