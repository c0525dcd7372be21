import os

from server.cli import main
from server.core.private_files import UMASK

os.umask(UMASK)
main()
