"""What script/gpu-check does."""
