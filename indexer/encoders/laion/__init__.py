"""LAION-CLAP, the large model: a checkpoint is converted once, without running code from it, then used offline."""
