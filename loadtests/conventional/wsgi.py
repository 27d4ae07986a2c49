"""For gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "loadtests.conventional.settings"
application = get_wsgi_application()
