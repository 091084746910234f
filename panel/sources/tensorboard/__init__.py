"""TensorBoard's event files, and Lightning's CSV logs."""
