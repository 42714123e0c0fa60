"""The web app as files, and the headers that keep it safe."""
