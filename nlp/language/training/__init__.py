"""How the pipeline's weights are made: ``make train``. Nothing at run time depends on this folder."""
