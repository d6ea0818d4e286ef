"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pcc_tracker.settings")
if settings.ON_ONE_MACHINE:
    raise ImproperlyConfigured("Set SECRET_KEY: each of a server's processes needs the same. The README says how.")
application = get_wsgi_application()
