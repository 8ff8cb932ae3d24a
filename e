/usr/bin/time: t: Is a directory
