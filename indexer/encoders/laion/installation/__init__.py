"""From a checkpoint of LAION's to a model on this machine: downloaded, read safely, converted, compared."""
