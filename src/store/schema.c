/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema.c - the tables, as a numbered list of migrations: number i brings a
 * store of version i to version i + 1.  A migration that was released is never
 * changed; another is added.
 */
#include "store/schema.h"

#include "base/mem.h"

static const char *const migrations[] = {
	"CREATE TABLE input(sha256 TEXT PRIMARY KEY, path TEXT NOT NULL,"
	" collector TEXT NOT NULL, kind TEXT NOT NULL, first_us BIGINT,"
	" last_us BIGINT, bytes BIGINT NOT NULL, records BIGINT NOT NULL,"
	" events BIGINT NOT NULL, skipped BIGINT NOT NULL,"
	" refused BIGINT NOT NULL, late BIGINT NOT NULL,"
	" faults BIGINT NOT NULL, incomplete INTEGER NOT NULL,"
	" why TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE world(id TEXT PRIMARY KEY, moment_us BIGINT,"
	" inputs TEXT NOT NULL);"
	"CREATE TABLE value(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE incident(id TEXT PRIMARY KEY, class TEXT NOT NULL,"
	" type TEXT NOT NULL, state TEXT NOT NULL, culprit BIGINT NOT NULL,"
	" start_us BIGINT NOT NULL, end_us BIGINT, peers_max BIGINT NOT NULL,"
	" prefixes BIGINT NOT NULL, level INTEGER NOT NULL,"
	" points INTEGER NOT NULL, flags INTEGER NOT NULL,"
	" reason TEXT NOT NULL, explanation TEXT NOT NULL,"
	" inputs TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX incident_start ON incident(start_us, id);"
	"CREATE TABLE incident_as(incident TEXT NOT NULL, role TEXT NOT NULL,"
	" asn BIGINT NOT NULL, PRIMARY KEY(incident, role, asn)) WITHOUT ROWID;"
	"CREATE INDEX incident_as_asn ON incident_as(asn, incident);"
	"CREATE TABLE incident_route(incident TEXT NOT NULL,"
	" seq INTEGER NOT NULL, prefix TEXT NOT NULL, origin BIGINT NOT NULL,"
	" start_us BIGINT NOT NULL, end_us BIGINT, peers_max BIGINT NOT NULL,"
	" path TEXT NOT NULL, decision TEXT NOT NULL,"
	" PRIMARY KEY(incident, seq)) WITHOUT ROWID;"
	"CREATE TABLE incident_evidence(incident TEXT NOT NULL,"
	" seq INTEGER NOT NULL, name TEXT NOT NULL, family TEXT NOT NULL,"
	" nats DOUBLE PRECISION NOT NULL, points INTEGER NOT NULL,"
	" detail TEXT NOT NULL, source TEXT NOT NULL, age_us BIGINT,"
	" PRIMARY KEY(incident, seq)) WITHOUT ROWID;"
	"CREATE TABLE incident_merged(incident TEXT NOT NULL,"
	" other TEXT NOT NULL, PRIMARY KEY(incident, other)) WITHOUT ROWID;"
	"CREATE TABLE charge(incident TEXT NOT NULL, asn BIGINT NOT NULL,"
	" metric TEXT NOT NULL, split TEXT NOT NULL, prefix TEXT NOT NULL,"
	" start_us BIGINT NOT NULL, end_us BIGINT, weight BIGINT NOT NULL,"
	" detail TEXT NOT NULL,"
	" PRIMARY KEY(incident, asn, metric, split, prefix, start_us)) WITHOUT ROWID;"
	"CREATE INDEX charge_asn ON charge(asn, metric, start_us);"
	"CREATE TABLE route_month(month_us BIGINT NOT NULL,"
	" origin BIGINT NOT NULL, routes BLOB NOT NULL,"
	" PRIMARY KEY(month_us, origin)) WITHOUT ROWID;"
	"CREATE TABLE transit_month(month_us BIGINT NOT NULL,"
	" asn BIGINT NOT NULL, neighbor BIGINT NOT NULL,"
	" interface TEXT NOT NULL, origin BIGINT NOT NULL,"
	" prefix TEXT NOT NULL, rpki INTEGER NOT NULL, irr INTEGER NOT NULL,"
	" PRIMARY KEY(month_us, asn, neighbor, origin, prefix))"
	" WITHOUT ROWID;"
	"CREATE TABLE network(asn BIGINT PRIMARY KEY, name TEXT NOT NULL,"
	" org TEXT NOT NULL, country TEXT NOT NULL, rir TEXT NOT NULL,"
	" status TEXT NOT NULL, programmes TEXT NOT NULL,"
	" participant TEXT NOT NULL, member_since_us BIGINT,"
	" policy INTEGER NOT NULL, policy_from TEXT NOT NULL,"
	" policy_us BIGINT, contact INTEGER NOT NULL,"
	" contact_from TEXT NOT NULL, contact_us BIGINT,"
	" as_set TEXT NOT NULL, spoof_known INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE spoof(asn BIGINT NOT NULL, seq INTEGER NOT NULL,"
	" time_us BIGINT NOT NULL, client TEXT NOT NULL,"
	" routed INTEGER NOT NULL, private INTEGER NOT NULL,"
	" nat INTEGER NOT NULL, customer BIGINT NOT NULL,"
	" PRIMARY KEY(asn, seq)) WITHOUT ROWID;"
	"CREATE TABLE roll(programme TEXT NOT NULL, seq INTEGER NOT NULL,"
	" date_us BIGINT, organisations BIGINT NOT NULL, asns BIGINT NOT NULL,"
	" areas BIGINT NOT NULL, PRIMARY KEY(programme, seq));",
};

int
store_version(void)
{
	return (int)COUNT(migrations);
}

const char *
store_migration(int from)
{
	return migrations[from];
}

const char *
store_clear_sql(void)
{
	return "DELETE FROM input; DELETE FROM world; DELETE FROM value;"
	       "DELETE FROM incident; DELETE FROM incident_as;"
	       "DELETE FROM incident_route; DELETE FROM incident_evidence;"
	       "DELETE FROM incident_merged; DELETE FROM charge;"
	       "DELETE FROM route_month; DELETE FROM transit_month;"
	       "DELETE FROM network; DELETE FROM spoof; DELETE FROM roll;";
}

const char *const store_sql[STATEMENTS] = {
	[ST_PUT_INPUT] =
	    "INSERT INTO input(sha256,path,collector,kind,first_us,last_us,"
	    "bytes,records,events,skipped,refused,late,faults,incomplete,why)"
	    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"
	    " ON CONFLICT(sha256) DO NOTHING",
	[ST_HAS_INPUT] = "SELECT 1 FROM input WHERE sha256=?1",
	[ST_EACH_INPUT] =
	    "SELECT sha256,path,collector,kind,first_us,last_us,bytes,records,"
	    "events,skipped,refused,late,faults,incomplete,why FROM input"
	    " ORDER BY first_us,collector,sha256",
	[ST_PUT_WORLD] =
	    "INSERT INTO world(id,moment_us,inputs) VALUES(?1,?2,?3)"
	    " ON CONFLICT(id) DO UPDATE SET moment_us=excluded.moment_us,"
	    " inputs=excluded.inputs",
	[ST_GET_WORLD] = "SELECT id,moment_us,inputs FROM world WHERE id="
			 "(SELECT value FROM value WHERE name='world')",
	[ST_PUT_VALUE] =
	    "INSERT INTO value(name,value) VALUES(?1,?2)"
	    " ON CONFLICT(name) DO UPDATE SET value=excluded.value",
	[ST_GET_VALUE] = "SELECT value FROM value WHERE name=?1",
	[ST_HAS_INCIDENT] = "SELECT 1 FROM incident WHERE id=?1",
	[ST_PUT_INCIDENT] =
	    "INSERT INTO incident(id,class,type,state,culprit,start_us,end_us,"
	    "peers_max,prefixes,level,points,flags,reason,explanation,inputs)"
	    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"
	    " ON CONFLICT(id) DO UPDATE SET class=excluded.class,"
	    " type=excluded.type, state=excluded.state,"
	    " culprit=excluded.culprit, start_us=excluded.start_us,"
	    " end_us=excluded.end_us, peers_max=excluded.peers_max,"
	    " prefixes=excluded.prefixes, level=excluded.level,"
	    " points=excluded.points, flags=excluded.flags,"
	    " reason=excluded.reason, explanation=excluded.explanation,"
	    " inputs=excluded.inputs",
	[ST_DEL_INCIDENT] = "DELETE FROM incident WHERE id=?1",
	[ST_DEL_AS] = "DELETE FROM incident_as WHERE incident=?1",
	[ST_DEL_ROUTE] = "DELETE FROM incident_route WHERE incident=?1",
	[ST_DEL_EVIDENCE] = "DELETE FROM incident_evidence WHERE incident=?1",
	[ST_DEL_MERGED] = "DELETE FROM incident_merged WHERE incident=?1",
	[ST_DEL_CHARGE] = "DELETE FROM charge WHERE incident=?1",
	[ST_PUT_AS] = "INSERT INTO incident_as(incident,role,asn)"
		      " VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
	[ST_PUT_ROUTE] =
	    "INSERT INTO incident_route(incident,seq,prefix,origin,start_us,"
	    "end_us,peers_max,path,decision)"
	    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
	[ST_PUT_EVIDENCE] =
	    "INSERT INTO incident_evidence(incident,seq,name,family,nats,"
	    "points,detail,source,age_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
	[ST_PUT_MERGED] = "INSERT INTO incident_merged(incident,other)"
			  " VALUES(?1,?2) ON CONFLICT DO NOTHING",
	[ST_EACH_INCIDENT] =
	    "SELECT id,class,type,state,culprit,start_us,end_us,peers_max,"
	    "prefixes,level,points,flags,reason,explanation,inputs"
	    " FROM incident WHERE (?1 IS NULL OR id=?1)"
	    " AND (?2=0 OR culprit=?2 OR id IN"
	    " (SELECT incident FROM incident_as WHERE asn=?2))"
	    " AND (?3 IS NULL OR end_us IS NULL OR end_us>=?3)"
	    " AND (?4 IS NULL OR start_us<?4) AND level>=?5"
	    " ORDER BY start_us,id",
	[ST_EACH_AS] = "SELECT asn FROM incident_as WHERE incident=?1"
		       " AND role=?2 ORDER BY asn",
	[ST_EACH_ROUTE] =
	    "SELECT prefix,origin,start_us,end_us,peers_max,path,decision"
	    " FROM incident_route WHERE incident=?1 ORDER BY seq LIMIT ?2",
	[ST_EACH_EVIDENCE] =
	    "SELECT name,family,nats,points,detail,source,age_us"
	    " FROM incident_evidence WHERE incident=?1 ORDER BY seq",
	[ST_EACH_MERGED] = "SELECT other FROM incident_merged"
			   " WHERE incident=?1 ORDER BY other",
	[ST_PUT_CHARGE] =
	    "INSERT INTO charge(incident,asn,metric,split,prefix,start_us,"
	    "end_us,weight,detail) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)"
	    " ON CONFLICT(incident,asn,metric,split,prefix,start_us)"
	    " DO UPDATE SET end_us=excluded.end_us, weight=excluded.weight,"
	    " detail=excluded.detail",
	[ST_EACH_CHARGE] =
	    "SELECT incident,asn,metric,split,prefix,start_us,end_us,weight,"
	    "detail FROM charge WHERE (?1=0 OR asn=?1)"
	    " AND (end_us IS NULL OR end_us>=?2) AND start_us<?3"
	    " ORDER BY asn,metric,split,start_us,incident,prefix",
	[ST_PUT_FACT] =
	    "INSERT INTO route_month(month_us,origin,routes) VALUES(?1,?2,?3)"
	    " ON CONFLICT(month_us,origin) DO UPDATE SET"
	    " routes=excluded.routes",
	[ST_HAS_FACTS] = "SELECT 1 FROM route_month WHERE month_us=?1 LIMIT 1",
	[ST_GET_FACT] =
	    "SELECT routes FROM route_month WHERE month_us=?1 AND origin=?2",
	[ST_EACH_FACT] =
	    "SELECT origin,routes FROM route_month WHERE month_us=?1"
	    " AND origin=?2",
	[ST_EACH_FACT_ALL] =
	    "SELECT origin,routes FROM route_month WHERE month_us=?1"
	    " ORDER BY origin",
	[ST_PUT_TRANSIT] =
	    "INSERT INTO transit_month(month_us,asn,neighbor,interface,origin,"
	    "prefix,rpki,irr) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"
	    " ON CONFLICT(month_us,asn,neighbor,origin,prefix) DO UPDATE SET"
	    " interface=excluded.interface, rpki=excluded.rpki,"
	    " irr=excluded.irr",
	[ST_EACH_TRANSIT] =
	    "SELECT asn,neighbor,interface,prefix,origin,rpki,irr"
	    " FROM transit_month WHERE month_us=?1 AND (?2=0 OR asn=?2)"
	    " ORDER BY asn,neighbor,origin,prefix",
	[ST_MONTHS] =
	    "SELECT DISTINCT month_us,month_us FROM route_month UNION"
	    " SELECT first_us,last_us FROM input WHERE first_us IS NOT NULL"
	    " UNION SELECT start_us,start_us FROM charge",
	[ST_DEL_NETWORKS] = "DELETE FROM network",
	[ST_DEL_SPOOF] = "DELETE FROM spoof",
	[ST_DEL_ROLLS] = "DELETE FROM roll",
	[ST_PUT_NETWORK] =
	    "INSERT INTO network(asn,name,org,country,rir,status,programmes,"
	    "participant,member_since_us,policy,policy_from,policy_us,contact,"
	    "contact_from,contact_us,as_set,spoof_known)"
	    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,"
	    "?17) ON CONFLICT(asn) DO NOTHING",
	[ST_EACH_NETWORK] =
	    "SELECT asn,name,org,country,rir,status,programmes,participant,"
	    "member_since_us,policy,policy_from,policy_us,contact,"
	    "contact_from,contact_us,as_set,spoof_known FROM network"
	    " WHERE ?1=0 OR asn=?1 ORDER BY asn",
	[ST_PUT_SPOOF] =
	    "INSERT INTO spoof(asn,seq,time_us,client,routed,private,nat,"
	    "customer) VALUES(?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT DO NOTHING",
	[ST_EACH_SPOOF] =
	    "SELECT time_us,client,routed,private,nat,customer FROM spoof"
	    " WHERE asn=?1 ORDER BY seq",
	[ST_PUT_ROLL] =
	    "INSERT INTO roll(programme,seq,date_us,organisations,asns,areas)"
	    " VALUES(?1,(SELECT count(*) FROM roll WHERE programme=?1),?2,?3,"
	    "?4,?5)",
	[ST_EACH_ROLL] =
	    "SELECT programme,date_us,organisations,asns,areas FROM roll"
	    " ORDER BY programme,seq",
};
