@echo off
cd /d "%~dp0"
if exist collapse-lab-serve.exe (collapse-lab-serve.exe & exit /b)
py -3 serve.py || python serve.py
pause
