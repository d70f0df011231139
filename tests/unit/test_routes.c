/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes from the country table, and from files of CEPII's columns. */
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "mirrorgap/routes.h"
#include "scratch.h"

static mg_ref *ref;

/* Great circle by the angle between two unit vectors. */
static double slow_km(double lat_a, double lon_a, double lat_b, double lon_b)
{
    double d = 3.14159265358979323846 / 180;
    double a[3] = {cos(lat_a * d) * cos(lon_a * d), cos(lat_a * d) * sin(lon_a * d),
                   sin(lat_a * d)};
    double b[3] = {cos(lat_b * d) * cos(lon_b * d), cos(lat_b * d) * sin(lon_b * d),
                   sin(lat_b * d)};
    double x = a[1] * b[2] - a[2] * b[1];
    double y = a[2] * b[0] - a[0] * b[2];
    double z = a[0] * b[1] - a[1] * b[0];
    double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    return 6371.0088 * atan2(sqrt(x * x + y * y + z * z), dot);
}

static void great_circles(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        double lat_a = (double)random_below(&seed, 18001) / 100 - 90;
        double lon_a = (double)random_below(&seed, 36001) / 100 - 180;
        double lat_b = (double)random_below(&seed, 18001) / 100 - 90;
        double lon_b = (double)random_below(&seed, 36001) / 100 - 180;
        assert_near(mg_great_circle(lat_a, lon_a, lat_b, lon_b),
                    slow_km(lat_a, lon_a, lat_b, lon_b), 1e-3);
    }
    assert_near(mg_great_circle(0, 0, 0, 180), 6371.0088 * 3.14159265358979323846, 1e-9);
    assert_near(mg_great_circle(0, 0, 0, 90), 6371.0088 * 3.14159265358979323846 / 2,
                1e-9);
    assert_same_double(mg_great_circle(12, 34, 12, 34), 0);
}

static mg_routes *make(const char *file)
{
    mg_routes *routes = NULL;
    mg_error err = {0};

    if (mg_routes_new(ref, file, &routes, &err) != MG_OK)
        fail_msg("%s: %s", err.where, err.what);
    return routes;
}

static void from_the_table(void **state)
{
    mg_routes *routes = make(NULL);

    (void)state;
    mg_route r = mg_routes_find(routes, 156, 408);
    assert_true(r.contiguous && r.same_continent && r.developing_x && r.developing_m);
    assert_true(!r.landlocked_x && !r.landlocked_m);
    assert_near(r.km, slow_km(31.23, 121.47, 39.03, 125.75), 1e-6);
    assert_true(isnan(r.rta));
    r = mg_routes_find(routes, 496, 842); /* Mongolia to the United States */
    assert_true(r.landlocked_x && !r.landlocked_m && r.developing_x && !r.developing_m);
    assert_true(!r.contiguous && !r.same_continent);
    r = mg_routes_find(routes, 842, 496);
    assert_true(!r.landlocked_x && r.landlocked_m && !r.developing_x && r.developing_m);
    static const unsigned none[][2] = {{899, 156},   {156, 0},   {156, 12345}, {156, 156},
                                       {70000, 156}, {251, 1251}}; /* one city */
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(isnan(mg_routes_find(routes, none[i][0], none[i][1]).km));
    r = mg_routes_find(routes, 899, 156);
    assert_false(r.contiguous || r.same_continent || r.developing_x || r.landlocked_x);
    mg_routes_free(routes);
    mg_routes_free(NULL);
}

/* Every pair of countries has a distance, the same both ways. */
static void whole_table(void **state)
{
    mg_routes *routes = make(NULL);

    (void)state;
    for (unsigned x = 0; x < 1000; x++)
        for (unsigned m = 0; m < x; m++) {
            const mg_area *a = mg_ref_area(ref, x);
            const mg_area *b = mg_ref_area(ref, m);
            mg_route there = mg_routes_find(routes, x, m);
            mg_route back = mg_routes_find(routes, m, x);
            if (!same_bits(there.km, back.km) && fabs(there.km - back.km) > 1e-9)
                fail_msg("%u to %u is not the way back", x, m);
            bool placed = a != NULL && b != NULL && !isnan(a->lat) && !isnan(b->lat);
            if (isnan(there.km) && placed && strcmp(a->iso3, b->iso3) != 0 &&
                (a->lat != b->lat || a->lon != b->lon))
                fail_msg("no way from %u to %u", x, m);
            if (there.contiguous != mg_ref_border(ref, x, m))
                fail_msg("border of %u and %u", x, m);
        }
    mg_routes_free(routes);
}

static void write_file(scratch_path path, const char *text, bool packed)
{
    if (!packed) {
        scratch_text(path, text);
        return;
    }
    gzFile out = gzdopen(scratch_file(path), "wb");
    assert_int_equal(gzwrite(out, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(out), Z_OK);
}

struct file_case {
    const char *name;
    const char *text;
    unsigned x, m;
    double km, rta; /* km 0: as without the file */
    bool contiguous;
    bool packed;
};

static struct file_case file_cases[] = {
    {"distw before dist", "iso_o,iso_d,contig,dist,distw\nCHN,PRK,1,5,7.25\n", 156, 408,
     7.25, NAN, true, false},
    {"dist where distw is missing", "iso_o,iso_d,contig,dist,distw\nCHN,PRK,0,5,NA\n",
     156, 408, 5, NAN, false, false},
    {"only dist, packed", "iso_o,iso_d,dist\nCHN,PRK,5\n", 156, 408, 5, NAN, true, true},
    {"semicolons, decimal commas, CRLF, a mark",
     "\xef\xbb\xbfiso_o;iso_d;dist;rta\r\nCHN;PRK;1124,5;3\r\n", 156, 408, 1124.5, 3,
     true, false},
    {"the other way is another row", "iso_o,iso_d,dist\nCHN,PRK,5\n", 408, 156, 0, NAN,
     true, false},
    {"a former country by its ISO3", "iso_o,iso_d,dist\nDEU,CHN,8000\n", 280, 156, 8000,
     NAN, false, false},
    {"an unknown country is passed over", "iso_o,iso_d,dist\nQQQ,CHN,1\nDEU,CHN,8000\n",
     276, 156, 8000, NAN, false, false},
    {"a country to itself is passed over", "iso_o,iso_d,dist\nDEU,DEU,1\nDEU,CHN,8000\n",
     276, 280, 0, NAN, false, false},
    {"no area nes has a route", "iso_o,iso_d,dist\nMCO,CHN,1\nDEU,CHN,8000\n", 492, 156,
     0, NAN, false, false},
    {"quotes and columns in another order",
     "\"dist\",\"x\",\"iso_d\",\"iso_o\"\n12.5,\"a,b\",\"PRK\",\"CHN\"\n", 156, 408, 12.5,
     NAN, true, false},
};

static void check_file(void **state)
{
    const struct file_case *c = *state;
    scratch_path path;

    write_file(path, c->text, c->packed);
    mg_routes *plain = make(NULL);
    mg_routes *routes = make(path);
    mg_route r = mg_routes_find(routes, c->x, c->m);

    unlink(path);
    assert_same_double(r.km, c->km > 0 ? c->km : mg_routes_find(plain, c->x, c->m).km);
    assert_same_double(r.rta, c->rta);
    assert_int_equal(r.contiguous, c->contiguous);
    mg_routes_free(routes);
    mg_routes_free(plain);
}

struct bad_case {
    const char *name;
    const char *text;
    uint64_t line;
    const char *says;
};

static struct bad_case bad_cases[] = {
    {"empty", "", 0, "empty"},
    {"no countries", "a,b,dist\n1,2,3\n", 1, "iso_o"},
    {"no distance", "iso_o,iso_d,contig\nCHN,PRK,1\n", 1, "dist"},
    {"a distance that is none", "iso_o,iso_d,dist\nCHN,PRK,5\nCHN,PRK,far\n", 3, "far"},
    {"a distance below 0", "iso_o,iso_d,dist\nCHN,PRK,-5\n", 2, "-5"},
    {"a field too few", "iso_o,iso_d,dist\nCHN,PRK\n", 2, "2 fields"},
    {"a quote that never ends", "iso_o,iso_d,dist\n\"CHN,PRK,1\n", 2, ""},
    {"no country known", "iso_o,iso_d,dist\nQQQ,PRK,1\n", 0, "known"},
};

static void check_bad(void **state)
{
    const struct bad_case *c = *state;
    scratch_path path;
    mg_routes *routes = NULL;
    mg_error err = {0};

    write_file(path, c->text, false);
    mg_status status = mg_routes_new(ref, path, &routes, &err);
    unlink(path);
    assert_int_equal(status, MG_E_PARSE);
    assert_null(routes);
    assert_int_equal(err.line, c->line);
    assert_string_equal(err.where, path);
    if (strstr(err.what, c->says) == NULL)
        fail_msg("'%s' does not say '%s'", err.what, c->says);
}

static void missing_file(void **state)
{
    mg_routes *routes = NULL;
    mg_error err = {0};

    (void)state;
    assert_int_equal(mg_routes_new(ref, "/nonexistent.csv", &routes, &err), MG_E_IO);
    assert_null(routes);
}

/* The real file, where it is at hand: METHODS 2.7 has what it says. */
static void real_file(void **state)
{
    const char *data = getenv("MIRRORGAP_TEST_DATA");
    char path[4096];

    (void)state;
    snprintf(path, sizeof path, "%s/reference/geography/dist_cepii.csv.gz",
             data != NULL ? data : ".");
    if (access(path, R_OK) != 0) {
        printf("skip: no file of CEPII's distances\n");
        skip();
    }
    mg_routes *routes = make(path);
    mg_routes *plain = make(NULL);
    assert_near(mg_routes_find(routes, 408, 410).km, 355, 0.5);
    assert_near(mg_routes_find(routes, 408, 156).km, 1124, 0.5);
    assert_true(mg_routes_find(routes, 408, 156).contiguous);
    /* ours come near: the median ratio over all countries */
    size_t near = 0;
    size_t n = 0;
    for (unsigned x = 0; x < 900; x++)
        for (unsigned m = 0; m < 900; m++) {
            double ratio =
                mg_routes_find(plain, x, m).km / mg_routes_find(routes, x, m).km;
            n += isnan(ratio) ? 0 : 1;
            near += fabs(ratio - 1) < 0.1 ? 1 : 0;
        }
    assert_true(near > n * 9 / 10);
    mg_routes_free(routes);
    mg_routes_free(plain);
}

int main(void)
{
    static struct suite s;
    mg_error err = {0};

    if (mg_ref_load(MG_TEST_REF, &ref, &err) != MG_OK) {
        fprintf(stderr, "%s: %s\n", err.where, err.what);
        return 1;
    }
    suite_add(&s, "great circles", great_circles, NULL);
    suite_add(&s, "from the table", from_the_table, NULL);
    suite_add(&s, "whole table", whole_table, NULL);
    SUITE_CASES(&s, file_cases, check_file);
    SUITE_CASES(&s, bad_cases, check_bad);
    suite_add(&s, "missing file", missing_file, NULL);
    suite_add(&s, "real file", real_file, NULL);
    int failed = suite_run("routes", &s);
    mg_ref_free(ref);
    return failed;
}
