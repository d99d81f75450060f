"""Run services: `caravan up`, `caravan serve` and `caravan work`.

Others import `application` (the WSGI application) and `Server` (gunicorn) from `server`.
"""
