BEGIN TRANSACTION;
CREATE TABLE "Goodsitem" (
   "goodsitemid" INTEGER PRIMARY KEY,
   "documentid" INTEGER NOT NULL REFERENCES "document"("documentid"),
   "posnum" INTEGER NOT NULL,
   "bcode" TEXT NOT NULL,
   "code" TEXT,
   "name" TEXT,
   "price" REAL NOT NULL,
   "baseprice" REAL,
   "cquant" REAL NOT NULL,
   "summ" REAL,
   "opcode" INTEGER NOT NULL,
   "dept" TEXT,
   "frunit" INTEGER,
   "fractional" INTEGER,
   "tmctype" INTEGER,
   "marked" INTEGER,
   "category" TEXT,
   "excisemark" TEXT,
   "excisetype" TEXT,
   "additionalbarcode" TEXT,
   "markingcode" TEXT,
   "cis" TEXT,
   "input" TEXT,
   "checks" TEXT,
   "tags" TEXT,
   "tag1262" TEXT,
   "tag1263" TEXT,
   "tag1264" TEXT,
   "tag1265" TEXT,
   "unchecked" TEXT,
   "saleposition" INTEGER,
   "refused" TEXT,
   "extra" TEXT
);
INSERT INTO "Goodsitem" VALUES(1,1,1,'3041094787443','5','Молоко',89.9,0.0,0.353,31.73,50,'1',NULL,0,7,1,'Milk','0103041094787443215Qbag! 93Zjqw3103000353','MARKEDGOODS',NULL,'MDEwMzA0MTA5NDc4NzQ0MzIxNVFiYWchIDkzWmpxdzMxMDMwMDAzNTM=','0103041094787443215Qbag!',NULL,'[]','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}');
CREATE TABLE "document" (
   "documentid" INTEGER PRIMARY KEY,
   "uuid" TEXT NOT NULL,
   "workshiftid" INTEGER,
   "shiftnum" INTEGER,
   "doctype" INTEGER NOT NULL,
   "docnum" INTEGER NOT NULL,
   "cashcode" TEXT NOT NULL,
   "shopcode" TEXT,
   "cashier" TEXT,
   "timebeg" TEXT,
   "timeend" TEXT,
   "closed" INTEGER NOT NULL,
   "docsum" REAL NOT NULL,
   "kind" TEXT,
   "channel" TEXT,
   "saledocumentid" INTEGER,
   "fiscal" TEXT,
   "extra" TEXT
);
INSERT INTO "document" VALUES(1,'sold-1',1,1,1,1,'1','7','12','2026-11-01T08:01:00+03:00','2026-11-01T08:02:00+03:00',1,31.73,'sale','cashier',NULL,'{}','{}');
CREATE TABLE "journal" (
   "seq" INTEGER PRIMARY KEY,
   "time" TEXT,
   "cashcode" TEXT NOT NULL,
   "workshiftid" INTEGER,
   "uuid" TEXT,
   "kind" TEXT NOT NULL,
   "verdict" TEXT,
   "key" TEXT,
   "line" TEXT NOT NULL
);
INSERT INTO "journal" VALUES(1,NULL,'1',1,'open-1','add','deny','CrptSold','{}');
CREATE TABLE "moneyitem" (
   "moneyitemid" INTEGER PRIMARY KEY,
   "documentid" INTEGER NOT NULL REFERENCES "document"("documentid"),
   "posnum" INTEGER,
   "opcode" INTEGER NOT NULL,
   "type" TEXT NOT NULL,
   "summ" REAL NOT NULL
);
INSERT INTO "moneyitem" VALUES(1,1,1,70,'cash',31.73);
CREATE TABLE openmark (cis TEXT PRIMARY KEY NOT NULL, cashcode TEXT NOT NULL, uuid TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "openmark" VALUES('open-mark','1','open-1');
CREATE TABLE openposition (uuid TEXT NOT NULL, posnum INTEGER NOT NULL, position TEXT NOT NULL, PRIMARY KEY (uuid, posnum)) WITHOUT ROWID;
INSERT INTO "openposition" VALUES('open-1',1,'{"n":1,"code":"5","name":"Молоко","bcode":"3041094787443","price":8990,"dept":"1","tmctype":7,"marked":true,"category":"Milk","excisemark":"0103041094787443215Qbag! 93Zjqw3103000353","cis":"open-mark","fractional":false,"baseprice":0,"quantity":"0.353","checks":[],"tags":{},"extra":{}}');
CREATE TABLE "openreceipt" (
   "cashcode" TEXT PRIMARY KEY NOT NULL,
   "uuid" TEXT NOT NULL,
   "revision" INTEGER NOT NULL,
   "receipt" TEXT NOT NULL
);
INSERT INTO "openreceipt" VALUES('1','open-1',4,'{"id":"open-1","cashier":null,"last_n":1,"sale":null,"opened":"2026-11-01T08:03:00+03:00","shift":1,"kind":"sale","state":"open","channel":"cashier","extra":{}}');
CREATE TABLE "workshift" (
   "workshiftid" INTEGER PRIMARY KEY,
   "shiftnum" INTEGER NOT NULL,
   "cashcode" TEXT NOT NULL,
   "shopcode" TEXT,
   "cashier" TEXT,
   "timebeg" TEXT NOT NULL,
   "timeend" TEXT
);
INSERT INTO "workshift" VALUES(1,1,'1','7','12','2026-11-01T08:00:00+03:00',NULL);
CREATE UNIQUE INDEX "workshift_number"
    ON "workshift" ("cashcode", "shiftnum");
CREATE UNIQUE INDEX workshift_open ON workshift (cashcode) WHERE timeend IS NULL;
CREATE UNIQUE INDEX "document_uuid"
    ON "document" ("uuid");
CREATE UNIQUE INDEX "document_number"
    ON "document" ("cashcode", "docnum");
CREATE INDEX "document_shift"
    ON "document" ("workshiftid");
CREATE INDEX "Goodsitem_document"
    ON "Goodsitem" ("documentid", "posnum");
CREATE INDEX Goodsitem_cis ON Goodsitem (cis) WHERE cis IS NOT NULL;
CREATE INDEX "moneyitem_document"
    ON "moneyitem" ("documentid", "posnum");
CREATE INDEX "openmark_uuid"
    ON "openmark" ("uuid");
CREATE INDEX journal_refusal ON journal (workshiftid, key) WHERE verdict = 'deny';
COMMIT;
PRAGMA user_version = 1;
PRAGMA application_id = 1852007503;
