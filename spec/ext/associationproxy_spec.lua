-- Association proxies: lists, dictionaries and scalars of what related objects have.
local la = require "lualchemy"

describe("association_proxy", function()
  local User, Keyword, Note

  before_each(function()
    local Base = la.declarative_base()
    local function id() return la.Column{la.Integer, primary_key = true} end
    local proxy = la.associationproxy.association_proxy
    User = Base:class("User", {
      __tablename__ = "user", id = id(), kws = la.relationship{"Keyword"},
      keywords = proxy("kws", "word", {creator = function(word) return Keyword{word = word} end}),
      notes = la.relationship{"Note", collection_class = la.attribute_keyed_dict("key"), backref = "user"},
      texts = proxy("notes", "text", {creator = function(key, text) return Note{key = key, text = text} end}),
    })
    Keyword = Base:class("Keyword", {__tablename__ = "keyword", id = id(), word = la.Column{la.String},
      user_id = la.Column{la.ForeignKey("user.id")}})
    Note = Base:class("Note", {__tablename__ = "note", id = id(), key = la.Column{la.String},
      text = la.Column{la.String},
      user_id = la.Column{la.ForeignKey("user.id")}, owner = proxy("user", "id")})
  end)

  it("is a list", function()
    local u = User{keywords = {"a", "b"}}
    assert.equal(2, #u.keywords)
    assert.equal("b", u.kws[2].word)
    u.keywords:append("c")
    assert.is_true(u.keywords:contains("c"))
    u.keywords:remove("a")
    assert.same({"b", "c"}, u.keywords:copy())
    u.keywords = {"x"}
    assert.equal(1, #u.kws)
    assert.equal("x", u.keywords[1])
  end)

  it("is a dictionary", function()
    local u = User{}
    u.texts.k = "v"
    assert.equal("v", u.notes.k.text)
    u.texts.k = "w"
    assert.equal("w", u.texts.k)
    assert.equal(1, #u.texts)
    u.texts.k = nil
    assert.equal(0, #u.notes)
  end)

  it("is a scalar", function()
    local n = Note{key = "k"}
    assert.is_nil(n.owner)
    n.user = User{id = 7}
    assert.equal(7, n.owner)
  end)
end)
