--- Declarative classes: Base:class(name, [mixins …,] body), la.declarative_base, la.DeclarativeBase, la.declared_attr.
return {public = {}}
