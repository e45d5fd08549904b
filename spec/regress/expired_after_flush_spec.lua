-- What a flush reads of objects that had expired and of which only a collection changed.
local la = require "lualchemy"

describe("An expired object of which only a collection changed", function()
  it("is read at the end of the flush, for its key", function()
    local Base = la.declarative_base()
    la.Table("item_keyword", Base.metadata, la.Column("item_id", la.ForeignKey("item.id"), {primary_key = true}),
      la.Column("keyword_id", la.ForeignKey("keyword.id"), {primary_key = true}))
    local Item = Base:class("Item", {__tablename__ = "item", id = la.Column{la.Integer, primary_key = true},
      keywords = la.relationship{"Keyword", secondary = "item_keyword", back_populates = "items"}})
    local Keyword = Base:class("Keyword", {__tablename__ = "keyword", id = la.Column{la.Integer, primary_key = true},
      items = la.relationship{"Item", secondary = "item_keyword", back_populates = "keywords"}})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session, statements = la.Session(engine), {}
    local keyword, item = Keyword{id = 1}, Item()
    session:add(keyword)
    session:commit()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    item.keywords:append(keyword)
    local warned = la.warnings.catch_warnings(function() session:flush() end)
    assert.equal(1, #warned)
    assert.same({"SELECT keyword.id AS keyword_id \nFROM keyword \nWHERE keyword.id = ?"}, statements)
  end)
end)
