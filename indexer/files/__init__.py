"""Files that earmark writes or moves: nothing is replaced, and a kill leaves them whole."""
