"""The WSGI application for gunicorn. Created before the workers fork, so that they share the coach's memory."""

from server.app import create_app
from server.core.settings import load_settings
from server.core.slow_refusals import SlowRefusals
from server.tuning.champion import warm_up

_settings = load_settings()
application = create_app(_settings)
application.wsgi_app = SlowRefusals(application.wsgi_app, threads=_settings.threads)  # type: ignore[method-assign]
warm_up()
