-- {include_key = true}: listeners of keyed collections are told the keys.
local la = require "lualchemy"

describe("a listener with include_key", function()
  local Base = la.declarative_base()
  local User = Base:class("User", {
    __tablename__ = "user",
    id    = la.Column{la.Integer, primary_key = true},
    notes = la.relationship{"Note", collection_class = la.attribute_keyed_dict("name")},
    posts = la.relationship{"Post"},
  })
  local Note = Base:class("Note", {
    __tablename__ = "note",
    id      = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.ForeignKey("user.id")},
    name    = la.Column{la.String},
  })
  local Post = Base:class("Post", {
    __tablename__ = "post",
    id      = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.ForeignKey("user.id")},
  })
  local heard = {}

  before_each(function() heard = {} end)

  local function one(name)
    return function(_, _, _, more) heard[#heard + 1] = name .. " " .. tostring(more.key) end
  end
  la.event.listen(User.notes, "append", one "append", {include_key = true})
  la.event.listen(User.notes, "remove", one "remove", {include_key = true})
  la.event.listen(User.notes, "bulk_replace", function(_, _, _, more)
    heard[#heard + 1] = "bulk_replace " .. table.concat(more.keys, " ")
  end, {include_key = true})
  la.event.listen(User.posts, "append", one "append", {include_key = true})

  it("gets the key of what comes and goes", function()
    local user = User{id = 1}
    user.notes.a = Note{name = "a"}
    user.notes.a = nil
    user.notes = {b = Note{name = "b"}}
    assert.same({"append a", "remove a", "bulk_replace b", "append b"}, heard)
  end)

  it("gets none where the collection has none", function()
    User{id = 2}.posts:append(Post{id = 1})
    assert.same({"append nil"}, heard)
  end)

  it("by name gets it with all else", function()
    local seen
    local function listener(kw) seen = {kw.target.id, kw.value.name, kw.key} end
    la.event.listen(User.notes, "append", listener, {include_key = true, named = true})
    local user = User{id = 3}
    user.notes.c = Note{name = "c"}
    assert.same({3, "c", "c"}, seen)
    la.event.remove(User.notes, "append", listener)
  end)
end)
