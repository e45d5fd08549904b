--- Association proxies of aliased classes are about the alias.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id = la.Column{la.Integer, primary_key = true},
  links = la.relationship{"Link"},
  words = la.association_proxy("links", "word"),
  notes = la.association_proxy("links", "note"),
})
local Link = Base:class("Link", {
  __tablename__ = "link",
  id = la.Column{la.Integer, primary_key = true},
  user_id = la.Column{la.ForeignKey("user.id")},
  word_id = la.Column{la.ForeignKey("word.id")},
  note = la.Column{la.String},
  word = la.relationship{"Word"},
  text = la.association_proxy("word", "text"),
})
local Word = Base:class("Word", {
  __tablename__ = "word",
  id = la.Column{la.Integer, primary_key = true},
  text = la.Column{la.String},
})

local function sql(statement) return (tostring(statement):gsub("%s+", " ")) end

describe("an association proxy of an alias", function()
  local U, L = la.aliased(User), la.aliased(Link)

  it("asks for objects and values that the alias has", function()
    assert.equal('SELECT user_1.id FROM "user" AS user_1 WHERE EXISTS (SELECT 1 FROM link WHERE '
      .. "user_1.id = link.user_id AND "
      .. "(EXISTS (SELECT 1 FROM word WHERE word.id = link.word_id AND word.text = :text_1)))",
      sql(la.select(U.id):where(U.words:any(Word.text:eq("x")))))
    assert.matches("WHERE user_1.id = link.user_id AND (link.note LIKE '%' || :note_1 || '%')",
      sql(la.select(U.id):where(U.notes:contains("x"))), 1, true)
    assert.matches("WHERE word.id = link_1.word_id AND word.text = :text_1",
      sql(la.select(L.id):where(L.text:eq("x"))), 1, true)
  end)
end)
