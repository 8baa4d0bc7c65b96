"""An emulated Amazon SageMaker Studio, with the parts of AWS that a deployment of it needs."""
