"""The WSGI application for gunicorn. Created before the workers fork, so that they share the coach's memory."""

import os

from server.app import create_app
from server.core.private_files import UMASK
from server.core.settings import load_settings
from server.tuning.champion import warm_up

os.umask(UMASK)
application = create_app(load_settings())
warm_up()
