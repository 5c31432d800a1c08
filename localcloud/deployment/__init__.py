"""What `deploy.sh` does in the cloud: the functions as services, the bucket, the queues, the environment."""
