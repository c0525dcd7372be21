"""The WSGI application for gunicorn. Created before the workers fork, so that they share the coach's memory."""

import os

from server.app import create_app
from server.core.private_files import UMASK
from server.core.settings import load_settings
from server.core.slow_refusals import SlowRefusals
from server.tuning.champion import warm_up

os.umask(UMASK)
application = create_app(load_settings())
application.wsgi_app = SlowRefusals(application.wsgi_app)  # type: ignore[method-assign]
warm_up()
