-- AbstractConcreteBase: abstract classes between it and those with tables, and no class that derives from it yet.
local la = require "lualchemy"

describe("AbstractConcreteBase", function()
  local Base, Document

  before_each(function()
    Base = la.declarative_base()
    Document = Base:class("Document", la.AbstractConcreteBase, {kind = la.Column{la.String}})
  end)
  after_each(function() Base.registry:dispose() end)

  local function derive(parent)
    return parent:class("Letter", {__tablename__ = "letter", id = la.Column{la.Integer, primary_key = true},
      __mapper_args__ = {concrete = true, polymorphic_identity = "letter"}})
  end

  it("reads classes that derive from it by way of an abstract one", function()
    local Sent = Document:class("Sent", {__abstract__ = true, method = la.Column{la.String}})
    derive(Sent)
    Base.registry:configure()
    assert.equal("SELECT pjoin.id, pjoin.method, pjoin.kind, pjoin.type FROM (SELECT letter.id AS id, "
      .. "letter.method AS method, letter.kind AS kind, 'letter' AS type FROM letter) AS pjoin",
      (tostring(la.select(Document)):gsub("%s+", " ")))
  end)

  it("waits until a class derives from it", function()
    Base.registry:configure()
    assert.is_nil(la.inspect(Document, false))
    derive(Document)
    Base.registry:configure()
    assert.equal("pjoin", la.inspect(Document).local_table.name)
  end)
end)
