# SPDX-License-Identifier: GPL-3.0-or-later
# Makes ${MIRRORGAP_PAGE}, the page of `report` as C, and ${MIRRORGAP_PAGE_LICENCES}: npm
# fetches what package-lock.json pins, esbuild bundles it.
find_program(NODE node)
find_program(NPM npm)
if(NOT NODE OR NOT NPM)
  message(FATAL_ERROR "node and npm are needed for the page of `report`: install them "
                      "(Debian: nodejs, npm), or build without it: -DMIRRORGAP_WEB=OFF")
endif()

set(web ${CMAKE_CURRENT_BINARY_DIR}/web)
set(web_source ${CMAKE_CURRENT_SOURCE_DIR}/src/web)
set(MIRRORGAP_PAGE ${web}/page_assets.c)
set(MIRRORGAP_PAGE_LICENCES ${web}/page-licences.txt)
file(GLOB web_files CONFIGURE_DEPENDS ${web_source}/*.js ${web_source}/*.css ${web_source}/*.html)

add_custom_command(
  OUTPUT ${web}/installed
  DEPENDS ${web_source}/package.json ${web_source}/package-lock.json
  COMMAND ${CMAKE_COMMAND} -E make_directory ${web}
  COMMAND ${CMAKE_COMMAND} -E copy ${web_source}/package.json ${web_source}/package-lock.json ${web}
  COMMAND ${NPM} ci --prefix ${web} --ignore-scripts --prefer-offline --no-audit --no-fund --silent
  COMMAND ${CMAKE_COMMAND} -E touch ${web}/installed
  COMMENT "Fetching what the page is made of"
  VERBATIM)
add_custom_command(
  OUTPUT ${MIRRORGAP_PAGE} ${MIRRORGAP_PAGE_LICENCES}
  DEPENDS ${web}/installed ${web_files} ${web_source}/build.mjs
  COMMAND ${NODE} ${web_source}/build.mjs ${web} ${web}
  COMMENT "Bundling the page"
  VERBATIM)
