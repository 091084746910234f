"""Records to Plotly figures: a figure function only draws a record. One template for all."""
