"""How the reply model is made and measured. A part of the checkout: it is not installed, and the product never imports
it."""
