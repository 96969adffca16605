def build_foreign(model, labels):
    raise NotImplementedError
