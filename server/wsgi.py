"""What gunicorn serves. Made before the workers fork, so that they share the coach's memory."""

from server.app import create_app
from server.coaching.operations import warm_up
from server.core.settings import load_settings

application = create_app(load_settings())
warm_up()
