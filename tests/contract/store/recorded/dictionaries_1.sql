BEGIN TRANSACTION;
CREATE TABLE "Barcodes" (
   "barcode" TEXT PRIMARY KEY NOT NULL,
   "code" TEXT NOT NULL,
   "name" TEXT,
   "price" REAL,
   "cquant" REAL,
   "measure" TEXT,
   "tmctype" INTEGER,
   "quantdefault" REAL,
   "minprice" REAL,
   "minretailprice" REAL
);
INSERT INTO "Barcodes" VALUES('3041094787443','5',NULL,NULL,NULL,NULL,7,NULL,NULL,NULL);
CREATE TABLE "Excisemarkwhite" (
   "excisemarkid" TEXT PRIMARY KEY NOT NULL,
   "barcode" TEXT,
   "shopcode" TEXT,
   "excisetype" TEXT,
   "serialnumber" TEXT,
   "cis" TEXT NOT NULL
);
CREATE TABLE "inventgroup" (
   "code" TEXT PRIMARY KEY,
   "parentcode" TEXT,
   "name" TEXT
);
CREATE TABLE "mol" (
   "code" TEXT PRIMARY KEY,
   "name" TEXT,
   "login" TEXT,
   "rank" TEXT
);
CREATE TABLE "roleuser" (
   "usercode" TEXT,
   "rolecode" TEXT,
   "rule" INTEGER,
   PRIMARY KEY ("usercode", "rolecode")
);
CREATE TABLE "taxgroup" (
   "code" TEXT PRIMARY KEY,
   "taxes" TEXT
);
CREATE TABLE "tmc" (
   "code" TEXT PRIMARY KEY NOT NULL,
   "bcode" TEXT,
   "name" TEXT NOT NULL,
   "rtext" TEXT,
   "articul" TEXT,
   "price" REAL NOT NULL,
   "minprice" REAL,
   "minretailprice" REAL,
   "dept" TEXT NOT NULL,
   "measure" TEXT,
   "taxgroup" TEXT,
   "inventgroup" TEXT,
   "cquant" REAL,
   "quantdefault" REAL,
   "tmctype" INTEGER,
   "ignoremarking" INTEGER,
   "ageverify" INTEGER,
   "disableinventsale" INTEGER,
   "disableinventback" INTEGER,
   "age" INTEGER,
   "alcoholpercent" REAL,
   "paymentobject" INTEGER,
   "ntin" TEXT,
   "remain" REAL,
   "remaindate" TEXT,
   "isinventitem" INTEGER,
   "options" TEXT
);
INSERT INTO "tmc" VALUES('5',NULL,'Молоко',NULL,NULL,89.9,NULL,NULL,'1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "units" (
   "code" TEXT PRIMARY KEY,
   "name" TEXT,
   "flag" INTEGER,
   "frunit" INTEGER
);
CREATE INDEX "Barcodes_code"
    ON "Barcodes" ("code");
CREATE INDEX "roleuser_rolecode"
    ON "roleuser" ("rolecode");
CREATE INDEX "Excisemarkwhite_cis"
    ON "Excisemarkwhite" ("cis");
COMMIT;
PRAGMA user_version = 1;
PRAGMA application_id = 1852007497;
