from job import start
