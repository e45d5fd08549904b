-- What la.inspect() tells of attributes, aliases and objects.
local la = require "lualchemy"

describe("inspection", function()
  local A, S

  setup(function()
    local Base = la.declarative_base()
    A = Base:class("A", {
      __tablename__ = "a",
      hybrid = la.hybrid.hybrid_property{get = function(self) return self.id end},
      id = la.Column{la.Integer, primary_key = true, info = {x = "y"}, doc = "the key"},
      name = la.Column{la.String},
      upper = la.column_property(la.func.upper(la.literal_column("name")), {info = {u = 1}}),
      other = la.synonym("name", {info = {s = 1}}),
      names = la.associationproxy.association_proxy("bs", "name"),
      bs = la.relationship{"B", info = {r = 1}},
      pair = la.composite(function(x, y) return {x, y} end, "x", "y", {info = {c = 1}}),
      x = la.Column{la.Integer}, y = la.Column{la.Integer},
    })
    Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String},
      a_id = la.Column{la.Integer, la.ForeignKey("a.id")}})
    S = A:class("S", {__tablename__ = "s", id = la.Column{la.Integer, la.ForeignKey("a.id"), primary_key = true},
      extra = la.Column{la.Integer}})
  end)

  it("gives an attribute the info of its column, else of its property", function()
    assert.same({x = "y"}, A.id.info)
    assert.equal(A.__table__.c.id.info, A.id.info)
    assert.same({u = 1}, A.upper.info)
    assert.same({r = 1}, A.bs.info)
    assert.same({c = 1}, A.pair.info)
    A.hybrid.info.h = 1
    assert.same({h = 1}, A.hybrid.info)
    assert.equal("the key", A.id.doc)
  end)

  it("says what kind of thing it speaks of", function()
    local attribute, property, mapper = la.inspect(A.name), la.inspect(A).attrs.name, la.inspect(A)
    local alias, object = la.inspect(la.aliased(A)), la.inspect(A{})
    for flag, one in pairs{is_attribute = attribute, is_property = property, is_mapper = mapper,
      is_aliased_class = alias, is_instance = object} do
      for _, x in ipairs{attribute, property, mapper, alias, object} do assert.equal(x == one, x[flag], flag) end
      assert.is_false(one.is_selectable)
    end
  end)

  it("tells the mapper, class, name and entity of an alias", function()
    local alias = la.aliased(A, {name = "other"})
    local told = la.inspect(alias)
    assert.equal(la.inspect(A), told.mapper)
    assert.equal(A, told.class_)
    assert.equal("other", told.name)
    assert.is_true(told.entity == alias)
  end)

  it("lists descriptors as they are written, those of the parent behind the class's own", function()
    assert.same({"hybrid", "id", "name", "upper", "other", "names", "bs", "pair", "x", "y"},
      la.inspect(A).all_orm_descriptors:keys())
    assert.equal("extra", la.inspect(S).all_orm_descriptors:keys()[1])
    assert.equal("hybrid", la.inspect(S).all_orm_descriptors:keys()[2])
  end)

  it("tells hybrids and proxies from attributes by extension_type", function()
    local found = {}
    for _, key in ipairs{"hybrid", "name", "bs", "pair", "names"} do
      found[key] = la.inspect(A).all_orm_descriptors[key].extension_type
    end
    assert.same({hybrid = la.hybrid.HybridExtensionType.HYBRID_PROPERTY, name = "NOT_EXTENSION", bs = "NOT_EXTENSION",
      pair = "NOT_EXTENSION", names = la.associationproxy.AssociationProxyExtensionType.ASSOCIATION_PROXY}, found)
  end)

  it("has the state of synonyms, too, in the order of the mapper's attributes", function()
    local attrs = la.inspect(A{name = "n"}).attrs
    assert.same(la.inspect(A).attrs:keys(), attrs:keys())
    assert.equal("n", attrs.other.value)
    assert.same({"n"}, attrs.other.history.added)
    assert.same({"n"}, la.attributes.get_history(A{name = "n"}, "other").added)
    assert.equal(la.NO_VALUE, attrs.other.loaded_value)
  end)

  it("refuses what is no class", function()
    local ok, e = pcall(la.class_mapper, 5)
    assert.is_false(ok)
    assert.matches("Class object expected, got '5'.", tostring(e), 1, true)
  end)
end)
