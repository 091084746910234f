from panel.errors import nearest


def test_nearest_names_the_nearest_and_lists_a_few():
    text = nearest("val_los", ["loss", "val_loss", "epoch", "a", "b", "c", "d"])
    assert text == "Did you mean 'val_loss'? There are: 'loss', 'val_loss', 'epoch', 'a', 'b' and 2 more."


def test_nearest_of_nothing():
    assert nearest("x", []) == "There are none."
