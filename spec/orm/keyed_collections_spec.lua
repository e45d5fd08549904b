-- Keys of keyed collections: where an item has none, where it changed.
local la = require "lualchemy"

describe("A keyed collection", function()
  local function mapped(kind)
    local Base = la.declarative_base()
    local Note = Base:class("Note", {__tablename__ = "notes", id = la.Column{la.Integer, primary_key = true},
      k = la.Column{la.String}, item_id = la.Column{la.ForeignKey("items.id")},
      item = la.relationship{"Item", back_populates = "notes"}})
    local Item = Base:class("Item", {__tablename__ = "items", id = la.Column{la.Integer, primary_key = true},
      notes = la.relationship{"Note", back_populates = "item", collection_class = kind(Note)}})
    Base.registry:configure()
    return Item, Note
  end

  local function raises(fn, text)
    local ok, e = pcall(fn)
    assert.is_false(ok)
    assert.truthy(tostring(e):find(text, 1, true), tostring(e))
    return e
  end

  it("refuses an item whose key was never set, and names the attribute that it came by", function()
    local Item, Note = mapped(function() return la.attribute_keyed_dict("k") end)
    local e = raises(function() Note{item = Item()} end,
      "In event triggered from population of attribute 'Note.item' (potentially from a backref), can't populate value "
      .. "in KeyFuncDict; dictionary key derived from <Note")
    assert.is_true(la.exc.InvalidRequestError:is(e))
    raises(function() Item().notes:set(Note()) end, "population of attribute 'unknown relationship'")
    raises(function() Item().notes:remove(Note()) end, "is not populated")
  end)

  it("passes it over with ignore_unpopulated_attribute", function()
    local Item, Note = mapped(function() return la.attribute_keyed_dict("k", {ignore_unpopulated_attribute = true}) end)
    local item = Item()
    local note = Note{item = item}
    assert.equal(0, #item.notes)
    assert.equal(item, note.item)
    Note{k = la.NULL, item = item}
    assert.equal(0, #item.notes)
    assert.equal("b", Note{k = "b", item = item}.k)
    assert.same({"b"}, item.notes:keys())
  end)

  it("warns of a key that is None", function()
    for _, kind in ipairs{function() return la.attribute_keyed_dict("k") end,
      function(Note) return la.column_keyed_dict(Note.__table__.c.k) end} do
      local Item, Note = mapped(kind)
      local item = Item()
      local list = la.warnings.catch_warnings(function() item.notes:set(Note{k = la.NULL}) end)
      assert.equal(1, #list)
      assert.truthy(tostring(list[1]):find("for attribute 'unknown relationship' was None; this will raise", 1, true))
      assert.same({la.NULL}, item.notes:keys())
    end
  end)

  it("takes NO_VALUE from a function of the program's for no key, nil for None", function()
    local Item, Note = mapped(function()
      return la.keyfunc_mapping(function(note) return note.k or note.id and la.attributes.NO_VALUE or nil end)
    end)
    assert.same({la.NULL}, Item{notes = {x = Note()}}.notes:keys())
    raises(function() Item().notes:set(Note{id = 5}) end, "is not populated")
  end)

  it("looks for an item under the key it has now", function()
    local Item, Note = mapped(function() return la.attribute_keyed_dict("k") end)
    local item, note = Item(), Note{k = "a"}
    item.notes["a"] = note
    note.k = "b"
    raises(function() item.notes:remove(note) end, "'b'")
    raises(function() item.notes:remove(Note{k = "a"}) end, "': collection holds '")
    note.item = nil
    assert.equal(1, #item.notes)
    assert.equal(note, item.notes:pop("a"))
    raises(function() item.notes:pop("a") end, "'a'")
    assert.equal(7, item.notes:pop("a", 7))
  end)

  it("gives its last item with popitem(), takes over another one with update()", function()
    local Item, Note = mapped(function() return la.attribute_keyed_dict("k") end)
    local first, second = Item{notes = {a = Note{k = "a"}, b = Note{k = "b"}}}, Item()
    second.notes:update(first.notes)
    assert.same({"a", "b"}, second.notes:keys())
    assert.equal("b", second.notes:popitem()[1])
    assert.equal(second, second.notes["a"].item)
  end)
end)
