# make demo   sets up, builds, and prints the findings of the sample films
# make test   sets up, builds, and runs every test
# make help   lists the rest
B := build
