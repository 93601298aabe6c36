BEGIN TRANSACTION;
CREATE TABLE account (
	name VARCHAR(128) NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	hash VARCHAR(200) NOT NULL, 
	created BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE "conflict" (
	number INTEGER NOT NULL, 
	cis VARCHAR(512) NOT NULL, 
	version INTEGER NOT NULL, 
	recorded BIGINT NOT NULL, 
	found_state VARCHAR(20) NOT NULL, 
	found_documentid VARCHAR(128) NOT NULL, 
	found_docnum VARCHAR(128) NOT NULL, 
	found_shopcode VARCHAR(128) NOT NULL, 
	found_cashcode VARCHAR(128) NOT NULL, 
	found_time VARCHAR(40) NOT NULL, 
	came_state VARCHAR(20) NOT NULL, 
	came_documentid VARCHAR(128) NOT NULL, 
	came_docnum VARCHAR(128) NOT NULL, 
	came_shopcode VARCHAR(128) NOT NULL, 
	came_cashcode VARCHAR(128) NOT NULL, 
	came_time VARCHAR(40) NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (cis, version)
);
CREATE TABLE history (
	cis VARCHAR(512) NOT NULL, 
	version INTEGER NOT NULL, 
	operation VARCHAR(20) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	documentid VARCHAR(128) NOT NULL, 
	docnum VARCHAR(128) NOT NULL, 
	shopcode VARCHAR(128) NOT NULL, 
	cashcode VARCHAR(128) NOT NULL, 
	time VARCHAR(40) NOT NULL, 
	recorded BIGINT NOT NULL, 
	account VARCHAR(128) NOT NULL, 
	PRIMARY KEY (cis, version)
);
CREATE TABLE mark (
	cis VARCHAR(512) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	documentid VARCHAR(128) NOT NULL, 
	docnum VARCHAR(128) NOT NULL, 
	shopcode VARCHAR(128) NOT NULL, 
	cashcode VARCHAR(128) NOT NULL, 
	time VARCHAR(40) NOT NULL, 
	mark VARCHAR(512) NOT NULL, 
	barcode VARCHAR(128) NOT NULL, 
	until BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (cis)
);
CREATE TABLE operation (
	id VARCHAR(128) NOT NULL, 
	digest VARCHAR(32) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	recorded BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(3);
CREATE TABLE whitelist (
	number INTEGER NOT NULL, 
	cis VARCHAR(512) NOT NULL, 
	barcode VARCHAR(128) NOT NULL, 
	mark VARCHAR(512) NOT NULL, 
	shopcode VARCHAR(128) NOT NULL, 
	excisetype VARCHAR(128) NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (cis, barcode)
);
COMMIT;
