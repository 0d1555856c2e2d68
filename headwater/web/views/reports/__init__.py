"""Reports: the list of saved ones, and the page on which one is read and designed."""
