"""A real conversion on the deployed service, for `deploy.sh verify`; standard library only."""
